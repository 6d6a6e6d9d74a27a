// Postgres refuses to run as root. Where we are root, it runs as the account `nobody`, which every system has. The one
// capability lets it pass folders that only root may enter, such as a checkout below /root; its own files it owns. The
// secure bit makes the capability count in access(2) too, by which Postgres looks for its own programs.
import { existsSync } from 'node:fs'
import { chown } from 'node:fs/promises'

const nobody = 65_534
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))
const isRoot = process.getuid?.() === 0

type Command = readonly [program: string, ...args: readonly string[]]

export const asPostgresAccount = (command: Command): Command => {
  if (!isRoot) return command
  if (setpriv === undefined)
    throw new Error(
      'Postgres does not run as root, and setpriv (package util-linux) is missing: install it, or use another account.',
    )
  const account = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup']
  return [setpriv, ...account, ...capability, ...command]
}

export const giveToPostgresAccount = async (folder: string): Promise<void> => {
  if (isRoot) await chown(folder, nobody, nobody)
}
