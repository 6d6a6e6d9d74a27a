import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openConnections } from './connections.ts'

const served = async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: urlOf(server.address()) }
}
const urlOf = (address: AddressInfo | string | null): string =>
  typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : expect.fail('no port')

const get = { method: 'GET', path: '/', headers: {} } as const

test('what is sent arrives, and every connection is used again and again', async () => {
  let sockets = 0
  const { server, url } = await served(async (request, response) => {
    const body = (await request.toArray()).join('')
    const text = `${request.method} ${request.url} ${request.headers.authorization} ${body}`
    response.writeHead(201, { 'content-length': Buffer.byteLength(text) }).end(text)
  })
  server.on('connection', () => {
    sockets += 1
  })
  const connections = openConnections([url], 2)
  const ask = () =>
    connections.ask({ method: 'POST', path: '/cups', headers: { authorization: 'me' }, body: { name: 'Müller' } })
  const replies = await Promise.all([ask(), ask(), ask(), ask(), ask()])
  expect(replies).toEqual(replies.map(() => ({ status: 201, text: 'POST /cups me {"name":"Müller"}' })))
  expect(sockets).toBe(2)
  connections.close()
})

test('an answer that comes in pieces is one answer', async () => {
  const server = createSocketServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 409 Conflict\r\nContent-Le')
      setImmediate(() => {
        socket.write('ngth: 5\r\n\r\nhe')
        setImmediate(() => socket.write('llo'))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const connections = openConnections([urlOf(server.address())], 1)
  expect(await connections.ask(get)).toEqual({ status: 409, text: 'hello' })
  connections.close()
})

test('a connection that the server closes is opened again', async () => {
  const { url } = await served((_, response) => {
    response.writeHead(200, { 'content-length': 2, connection: 'close' }).end('ok')
  })
  const connections = openConnections([url], 1)
  expect(await connections.ask(get)).toEqual({ status: 200, text: 'ok' })
  expect(await connections.ask(get)).toEqual({ status: 200, text: 'ok' })
  connections.close()
})

test('an answer without its length is refused', async () => {
  const { url } = await served((_, response) => {
    response.write('o')
    response.end('k')
  })
  const connections = openConnections([url], 1)
  await expect(connections.ask(get)).rejects.toThrow('without its length')
  connections.close()
})

test('an answer that does not come is an error', async () => {
  const { url } = await served(({ socket }) => void socket.destroy())
  const connections = openConnections([url], 1)
  await expect(connections.ask(get)).rejects.toThrow('closed the connection')
  connections.close()
})
