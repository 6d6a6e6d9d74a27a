import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openConnections } from './connections.ts'

const startServer = async (listener: RequestListener) => {
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

test('sends request and body, and uses each connection again', async () => {
  let sockets = 0
  const { server, url } = await startServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const text = `${request.method} ${request.url} ${request.headers.authorization} ${body}`
    response.writeHead(201, { 'content-length': Buffer.byteLength(text) }).end(text)
  })
  server.on('connection', () => {
    sockets += 1
  })
  const connections = openConnections([url], 2)
  const send = () =>
    connections.send({ method: 'POST', path: '/cups', headers: { authorization: 'me' }, body: { name: 'Müller' } })
  const answers = await Promise.all([send(), send(), send(), send(), send()])
  expect(answers).toEqual(answers.map(() => ({ status: 201, text: 'POST /cups me {"name":"Müller"}' })))
  expect(sockets).toBe(2)
  connections.close()
})

test('puts together an answer that arrives in pieces', async () => {
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
  expect(await connections.send(get)).toEqual({ status: 409, text: 'hello' })
  connections.close()
})

test('opens a connection again after the server has closed it', async () => {
  const { url } = await startServer((_, response) => {
    response.writeHead(200, { 'content-length': 2, connection: 'close' }).end('ok')
  })
  const connections = openConnections([url], 1)
  expect(await connections.send(get)).toEqual({ status: 200, text: 'ok' })
  expect(await connections.send(get)).toEqual({ status: 200, text: 'ok' })
  connections.close()
})

test('rejects an answer without Content-Length', async () => {
  const { url } = await startServer((_, response) => {
    response.write('o')
    response.end('k')
  })
  const connections = openConnections([url], 1)
  await expect(connections.send(get)).rejects.toThrow('has no Content-Length')
  connections.close()
})

test('rejects if the connection is closed without an answer', async () => {
  const { url } = await startServer(({ socket }) => void socket.destroy())
  const connections = openConnections([url], 1)
  await expect(connections.send(get)).rejects.toThrow('closed the connection')
  connections.close()
})
