// Bootstrap: the only JavaScript here, plain enough for Node 20 and npm alone. It installs the locked packages (Node 24
// and Postgres are among them) when the lockfile has changed, then runs `scripts/<name>.ts` with that Node 24.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const packages = path.join(root, 'node_modules')
const kept = path.join(root, 'node_modules.before')
const stamp = path.join(packages, '.holdfast-installed')
const nodeBinary = path.join(packages, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const fail = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** `npm ci` deletes the installed packages before it loads the new ones, so they are kept aside until it has succeeded. */
const keepPackages = () => {
  if (!existsSync(packages)) return
  rmSync(kept, { recursive: true, force: true })
  try {
    renameSync(packages, kept)
  } catch (error) {
    fail(`The packages cannot be replaced while a program runs from them: stop it first (${error.code}).`)
  }
}

const restorePackages = () => {
  if (!existsSync(kept)) return
  rmSync(packages, { recursive: true, force: true })
  renameSync(kept, packages)
}

const installPackages = () => {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(nodeBinary)) return
  process.stderr.write(
    'Installing packages, Node 24 and Postgres among them (about 200 MB, a minute or two the first time) …\n',
  )
  const npm = process.env.npm_execpath
  const [command, lead] = npm ? [process.execPath, [npm]] : ['npm', []]
  const args = [...lead, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  keepPackages()
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (result.status !== 0) {
    restorePackages()
    fail(
      'npm ci failed (see above). It takes a reachable npm registry and about 500 MB of disk; then run the command again.',
    )
  }
  rmSync(kept, { recursive: true, force: true })
  if (!existsSync(nodeBinary))
    fail('Node 24 was not installed: npm must be allowed to run the install script of the package "node".')
  writeFileSync(stamp, wanted)
}

const run = (name, args) => {
  const script = path.join(root, 'scripts', `${name}.ts`)
  if (!existsSync(script)) fail(`There is no scripts/${name}.ts.`)
  // As in embedded/process/node-flags.ts, which not every Node that runs this can read.
  const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64', '--heap-growing-percent=800']
  // An import has thousands of lines under way: with twice the room it takes a twelfth less time.
  if (name === 'import') nodeFlags.push('--max-semi-space-size=128')
  // Compiled code is kept for the next start: loading it takes a third less time, and the platform is five processes of
  // Node. Node itself holds what it kept to the content of each file.
  const compiled = path.join(packages, '.cache', 'compiled')
  const child = spawn(nodeBinary, [...nodeFlags, script, ...args], {
    cwd: process.env.INIT_CWD ?? root,
    env: { NODE_COMPILE_CACHE: compiled, ...process.env },
    stdio: 'inherit',
  })
  // Ctrl-C reaches the child from the terminal by itself; a signal sent to this process alone is handed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

const major = Number(process.versions.node.split('.')[0])
if (major < 20) fail(`Node ${process.versions.node} is too old to set Holdfast up: it takes Node 20 or newer.`)
const [name, ...args] = process.argv.slice(2)
if (!name) fail('Usage: node scripts/setup.mjs <script> [arguments]')
installPackages()
run(name, args)
