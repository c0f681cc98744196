import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { HourbaseError } from 'hourbase'
import { PROBLEM_TYPE, problemOf } from './problem.js'

/** What is no HTTP request, too long in its headers or too slow in coming gets its answer on the bare socket, which then closes. */
export function refuseGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  const reason = STATUS_CODES[status]!
  const known = new HourbaseError(
    'INVALID_ARGUMENT',
    `the request could not be read: ${reason.toLowerCase()}`,
  )
  const body = JSON.stringify({ ...problemOf(known, 'none'), status })
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${body.length}`
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`)
}
