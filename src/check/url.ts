import ky from 'ky'
import { connectionFailure } from '../http/connection-failure.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/**
 * Whether something answers at the URL of a variable; asked with HEAD, which changes nothing. Of the URL only the
 * origin is told: the path may hold a secret.
 */
export const checkUrl = async (name: string, url: string, timeoutMs: number): Promise<Finding> => {
  const { origin } = new URL(url)
  const signal = AbortSignal.timeout(timeoutMs)
  let response: Response
  try {
    response = await ky.head(url, { retry: 0, timeout: false, signal, redirect: 'manual', throwHttpErrors: false })
  } catch (error) {
    if (signal.aborted) return problem(name, `${origin} gives no answer within ${timeoutMs} ms`, 'Check whether it is up, and not overloaded')
    const { what, advice = 'Check whether it is up, and whether this machine may reach it' } = connectionFailure(error, origin)
    return problem(name, what, advice)
  }
  const { status } = response
  if (status >= 500) return problem(name, `${origin} answers with status ${status}`, 'Look into the log of the server there')
  if (status >= 300 && status < 400) {
    const target = URL.parse(response.headers.get('location') ?? '', url)?.origin ?? 'another address'
    return warning(name, `${origin} redirects to ${target}`, `Put the address that answers into ${name}: what is sent is not redirected`)
  }
  if (status === 404) {
    return warning(name, `${origin} answers with status 404`, 'Check the path, unless that address knows POST only')
  }
  return ok(name, `${origin} answers (status ${status})`)
}
