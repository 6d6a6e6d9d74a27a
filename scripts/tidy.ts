console.log('tidy: nothing to check yet')
