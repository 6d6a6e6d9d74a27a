/** On a terminal, one line that the next call overwrites; otherwise a line for each call. An empty text clears the line. */
export const showProgress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}
