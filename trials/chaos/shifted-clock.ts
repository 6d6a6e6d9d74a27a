// Loaded with --import before a process's own code, only if a row asks for it. The process's wall clock is wrong by
// CLOCK_SHIFT_SECONDS, ahead and behind in turn, and jumps between the two every few seconds. Monotonic clocks and timers stay
// right.
const shiftMilliseconds = Number(process.env.CLOCK_SHIFT_SECONDS ?? 0) * 1_000
const jumpMilliseconds = 4_000
const RealDate = globalThis.Date
const startedAt = performance.now()

const shift = (): number =>
  Math.floor((performance.now() - startedAt) / jumpMilliseconds) % 2 === 0 ? shiftMilliseconds : -shiftMilliseconds

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: readonly unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + shift()] : args, newTarget),
  apply: () => new RealDate(RealDate.now() + shift()).toString(),
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + shift() : Reflect.get(target, name, receiver),
})
