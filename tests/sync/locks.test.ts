import { describe, expect, test } from 'vitest'
import { keyedLocks, type Lock } from '../../src/sync/locks.ts'

/** A piece of work that notes when it begins and goes on until it is told to end. */
const piece = (lock: Lock, name: string, label: string, notes: string[]) => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const done = lock(name, async () => {
    notes.push(`${label} begins`)
    try {
      await promise
    } finally {
      notes.push(`${label} ends`)
    }
    return label
  })
  return { done, end: resolve, fail: reject }
}

/** Lets everything that can go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('work under one name', () => {
  test('is done one after the other, in the order in which it was asked for', async () => {
    const lock = keyedLocks()
    const notes: string[] = []
    const pieces = ['one', 'two', 'three'].map((label) => piece(lock, 'customers 1', label, notes))
    for (const { end, done } of pieces) {
      await settled()
      end()
      await done
    }
    expect(notes).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends'])
  })

  test('waits in one line, also for whoever comes at the moment another leaves', async () => {
    const lock = keyedLocks()
    const order: number[] = []
    let inside = 0
    const work = (number: number): Promise<void> =>
      lock('customers 1', async () => {
        inside += 1
        expect(inside).toBe(1)
        order.push(number)
        await settled()
        inside -= 1
      })
    const all: Promise<void>[] = []
    for (let number = 0; number < 200; number += 1) {
      all.push(work(number))
      if (number % 3 === 0) await settled()
    }
    await Promise.all(all)
    expect(order).toEqual(Array.from({ length: 200 }, (_, number) => number))
  })

  test('goes on after work that failed, whose error is its own caller’s alone', async () => {
    const lock = keyedLocks()
    const notes: string[] = []
    const first = piece(lock, 'customers 1', 'first', notes)
    const second = piece(lock, 'customers 1', 'second', notes)
    first.fail(new Error('refused'))
    second.end()
    await expect(first.done).rejects.toThrow('refused')
    await expect(second.done).resolves.toBe('second')
    expect(notes).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
  })

  test('begins at once when nobody is there, also after others have left', async () => {
    const lock = keyedLocks()
    for (const label of ['one', 'two']) {
      const notes: string[] = []
      const { end, done } = piece(lock, 'customers 1', label, notes)
      await settled()
      expect(notes).toEqual([`${label} begins`])
      end()
      await expect(done).resolves.toBe(label)
    }
  })
})

describe('work under different names', () => {
  test('goes on at the same time', async () => {
    const lock = keyedLocks()
    const notes: string[] = []
    const slow = piece(lock, 'customers 1', 'slow', notes)
    const quick = piece(lock, 'customers 2', 'quick', notes)
    quick.end()
    await expect(quick.done).resolves.toBe('quick')
    expect(notes).toEqual(['slow begins', 'quick begins', 'quick ends'])
    slow.end()
    await slow.done
  })

  test('may be nested: the outer name is held as long as the inner one is waited for', async () => {
    const lock = keyedLocks()
    const notes: string[] = []
    const holder = piece(lock, 'customers 1', 'holder', notes)
    const nested = lock('email a', () =>
      lock('customers 1', () => {
        notes.push('nested')
        return Promise.resolve()
      })
    )
    const behind = piece(lock, 'email a', 'behind', notes)
    behind.end()
    await settled()
    expect(notes).toEqual(['holder begins'])
    holder.end()
    await Promise.all([holder.done, nested, behind.done])
    expect(notes).toEqual(['holder begins', 'holder ends', 'nested', 'behind begins', 'behind ends'])
  })

  test('does not mix with that of other locks', async () => {
    const notes: string[] = []
    const one = piece(keyedLocks(), 'customers 1', 'one', notes)
    const other = piece(keyedLocks(), 'customers 1', 'other', notes)
    await settled()
    expect(notes).toEqual(['one begins', 'other begins'])
    one.end()
    other.end()
    await Promise.all([one.done, other.done])
  })
})
