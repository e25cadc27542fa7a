import ky from 'ky'

export interface PasswordRecoveryOptions {
  /** The shop's base URL. */
  readonly url: string
  readonly timeoutMs: number
}

/**
 * Asks the shop's own "forgot your password" page to mail a customer the link to choose one (PasswordController of the
 * shop: a form with the one field `email`; it answers 200 whether or not it knows the address).
 * The customer must be active.
 * @throws Error that names neither the email nor the URL, when the page did not answer 200
 */
export const requestPasswordMail = async ({ url, timeoutMs }: PasswordRecoveryOptions, email: string): Promise<void> => {
  let status: number
  try {
    const response = await ky.post(`${url}/index.php`, {
      searchParams: { controller: 'password' },
      body: new URLSearchParams({ email }),
      retry: 0,
      timeout: timeoutMs,
      throwHttpErrors: false,
      redirect: 'manual'
    })
    await response.body?.cancel()
    status = response.status
  } catch {
    throw new Error("the shop's password page gave no answer")
  }
  if (status !== 200) throw new Error(`the shop's password page answered ${status}`)
}
