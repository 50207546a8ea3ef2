/** Files as they are chosen: texts, and archives of texts. */
import { type Unzipped, unzip } from 'fflate'

export interface TextFile {
  readonly name: string
  readonly text: string
}

/** What a knowledge base is exported as; pictures and styles of an archive stay where they are. */
const TEXTS = /\.(?:md|markdown|html?|xml|json|csv|tsv|txt)$/i
/** Bytes of all texts together: the server takes no more in one request. */
export const MAX_BYTES = 60_000_000
const MAX_FILES = 50_000

/** @throws Error in one sentence where an archive is broken, or holds more than can be taken */
export async function textsOf(files: readonly File[]): Promise<[TextFile, ...TextFile[]]> {
  const texts: TextFile[] = []
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) texts.push(...(await unpacked(file)))
    else texts.push({ name: file.name, text: await file.text() })
  }
  const [first, ...others] = texts
  if (first === undefined) throw new Error('There is no text in these files.')
  return [first, ...others]
}

async function unpacked(file: File): Promise<readonly TextFile[]> {
  const packed = new Uint8Array(await file.arrayBuffer())
  let bytes = 0
  let count = 0
  const all = await new Promise<Unzipped>((resolve, reject) => {
    const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
      if (!TEXTS.test(name) || name.includes('__MACOSX/')) return false
      bytes += originalSize
      count += 1
      // one that promises less than it holds ends at what it promised
      return bytes <= MAX_BYTES && count <= MAX_FILES
    }
    unzip(packed, { filter }, (cause, found) =>
      cause === null ? resolve(found) : reject(new Error(`${file.name} cannot be unpacked.`)),
    )
  })
  if (bytes > MAX_BYTES || count > MAX_FILES)
    throw new Error(`${file.name} holds more than can be taken at once.`)
  const decoder = new TextDecoder()
  return Object.entries(all).map(([name, content]) => ({ name, text: decoder.decode(content) }))
}
