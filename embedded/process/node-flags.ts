/**
 * How every process of ours is started. Commands that wait for the log outlive many new objects: with 64 MiB of room for
 * these (Node has 16) they are copied less often, which saves a tenth of the processor time of a reservation.
 */
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'] as const
