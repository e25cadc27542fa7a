import * as v from 'valibot'
import type { Reply } from '../support/bridge.ts'

const results = v.object({ results: v.array(v.record(v.string(), v.unknown())) })
const issues = v.object({ issues: v.array(v.object({ path: v.string(), message: v.string() })) })

/** The results of the answer to a batch, in its order. */
export const resultsOf = ({ body }: Reply): Record<string, unknown>[] => v.parse(results, body).results

/** What an answer says of an invalid envelope. */
export const issuesOf = ({ body }: Reply): { path: string; message: string }[] => v.parse(issues, body).issues
