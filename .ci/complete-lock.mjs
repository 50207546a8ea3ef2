/**
 * Adds to package-lock.json the optional packages of other platforms (native libraries of chDB,
 * Biome and others) that the registry it was made with did not list. Without them `npm ci` refuses
 * the lock file, or installs nothing that runs on the other platform. npm keeps them from then on.
 *
 * Name and version are those the package that wants them states; platform, processor and C library
 * are read from the name. There is no checksum: npm has none for what it has not seen.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const PLATFORMS =
  /(?:^|-)(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(?=-|$)/
const PROCESSORS = /(?:^|-)(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)(?=-|$)/

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const missing = Object.entries(lock.packages).flatMap(([parent, wanting]) =>
  Object.entries(wanting.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(parent, name))
    .map(([name, version]) => [`node_modules/${name}`, describe(name, version, wanting)]),
)
const [root, ...others] = [...Object.entries(lock.packages), ...missing]
others.sort(([a], [b]) => a.localeCompare(b, 'en'))
lock.packages = Object.fromEntries([root, ...others])
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${missing.length} packages of other platforms added\n`)

function isLocked(parent, name) {
  return (
    `${parent}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages
  )
}

function describe(name, version, { dev, license, engines }) {
  const own = name.split('/').at(-1)
  const os = PLATFORMS.exec(own)?.[1]
  const cpu = PROCESSORS.exec(own)?.[1]
  if (os === undefined && cpu === undefined) throw new Error(`${name}: for which platform?`)
  const libc = os === 'linux' ? /-(gnu|musl)/.exec(own)?.[1]?.replace('gnu', 'glibc') : undefined
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev === undefined ? {} : { dev }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(license === undefined ? {} : { license }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
    ...(engines === undefined ? {} : { engines }),
  }
}
