/** Who may ask: pure decisions about the Host header, the token and the address to listen on. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { HourbaseError } from 'hourbase'

export const TOKEN_CHARS_MIN = 16

/** A page of another site may send requests to this machine, but not with our name as Host (DNS rebinding). */
export function checkHost(host: string | undefined, allowed: readonly string[] | null): void {
  if (allowed === null) return
  const name = (host ?? '').toLowerCase().replace(/:\d*$/, '')
  if (allowed.includes(name)) return
  throw new HourbaseError('HOST_REFUSED', 'this server does not answer under the name in the Host header', {
    hint: `ask for ${allowed.join(', ')}, or start the server with --allow-host NAME`,
  })
}

export function checkToken(authorization: string | undefined, token: string | null): void {
  if (token === null) return
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return
  const message = given === undefined ? 'a token is needed' : 'the token is wrong'
  throw new HourbaseError('UNAUTHORIZED', message, { hint: 'send the header Authorization: Bearer TOKEN' })
}

/** Equal lengths for a comparison whose time says nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

/** An address others can reach needs a token; a token must be hard to guess. */
export function checkListen(host: string, token: string | null): void {
  if (token !== null && token.length < TOKEN_CHARS_MIN) {
    throw new HourbaseError(
      'INVALID_ARGUMENT',
      `the token has ${token.length} characters, at least ${TOKEN_CHARS_MIN} are needed`,
      {
        where: { parameter: 'token' },
        hint: 'make one: openssl rand -base64 32',
      },
    )
  }
  if (token !== null || isLoopback(host)) return
  throw new HourbaseError(
    'INVALID_ARGUMENT',
    `to listen on ${host}, which others can reach, a token is needed`,
    {
      where: { parameter: 'host', host },
      hint: 'give --token-file FILE or HOURBASE_TOKEN, or listen on 127.0.0.1',
    },
  )
}
