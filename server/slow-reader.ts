import type { ServerResponse } from 'node:http'
import { HourbaseError } from 'hourbase'
import type { ServerSettings } from './server-options.js'

/** Resolves when the client has taken what waits. @throws ABORTED when it takes too little for too long */
export function drained(
  response: ServerResponse,
  signal: AbortSignal,
  settings: ServerSettings,
): Promise<void> {
  return waitFor(response, 'drain', signal, settings)
}

/** Resolves when the last byte has left. To be called before the end is written. */
export function finished(
  response: ServerResponse,
  signal: AbortSignal,
  settings: ServerSettings,
): Promise<void> {
  return waitFor(response, 'finish', signal, settings)
}

function waitFor(
  response: ServerResponse,
  event: 'drain' | 'finish',
  signal: AbortSignal,
  settings: ServerSettings,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown): void => {
      stopWatch()
      response.off(event, onEvent)
      signal.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onEvent = (): void => settle(undefined)
    const onAbort = (): void => settle(signal.reason)
    const stopWatch = watchPace(response, settings, settle)
    response.once(event, onEvent)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}

/** Looks once a window at how much has gone; a window below the least pace ends the wait. */
function watchPace(
  response: ServerResponse,
  settings: ServerSettings,
  fail: (error: unknown) => void,
): () => void {
  const { slowMs, slowBytesPerSecond } = settings.limits
  let before = bytesTaken(response)
  let cancel = (): void => {}
  const arm = (): void => {
    cancel = settings.clock.schedule(slowMs, () => {
      const now = bytesTaken(response)
      if (now - before < (slowMs / 1000) * slowBytesPerSecond) fail(tooSlow(settings))
      else {
        before = now
        arm()
      }
    })
  }
  arm()
  return () => cancel()
}

/** Bytes that have left this process: bytesWritten counts what still waits, too. */
function bytesTaken(response: ServerResponse): number {
  const { socket } = response
  return socket === null ? 0 : socket.bytesWritten - socket.writableLength
}

function tooSlow(settings: ServerSettings): HourbaseError {
  const { slowMs, slowBytesPerSecond } = settings.limits
  return new HourbaseError(
    'ABORTED',
    `the client took less than ${slowBytesPerSecond} bytes a second for ${slowMs} ms`,
  )
}
