import { statfsSync } from 'node:fs'
import { type Finding, ok, problem, warning } from './finding.ts'

const GIGABYTE = 1_000_000_000
const LITTLE = GIGABYTE
const TOO_LITTLE = GIGABYTE / 10

/** @param bytes that are free where the ledger is */
export const judgeSpace = (bytes: number): Finding => {
  const message = `${(bytes / GIGABYTE).toFixed(1)} GB are free for the ledger`
  if (bytes >= LITTLE) return ok('disk', message)
  const advice = 'Make room, or move the ledger: webhooks are refused when the disk is full'
  return bytes < TOO_LITTLE ? problem('disk', message, advice) : warning('disk', message, advice)
}

/** Whether there is room for what comes. */
export const checkDisk = (folder: string): Finding => {
  const { bavail, bsize } = statfsSync(folder)
  return judgeSpace(bavail * bsize)
}
