/** How each tool is told to post here, with the address this page was reached by. */

export const TOKEN = '$FAULTLINE_TOKEN'

/** What stands in the pages of the sources for the address of Faultline and for a token. */
const HOST = 'faultline.example.org'
const SECRET = 'a-long-random-text'

/** The page of a source, with the address and the name of the token in their places. */
export function inPlace(
  markdown: string,
  { origin, host }: Pick<Location, 'origin' | 'host'>,
): string {
  return markdown
    .replaceAll(`https://${HOST}`, origin)
    .replaceAll(HOST, host)
    .replaceAll(SECRET, TOKEN)
    .replaceAll('scheme: https', `scheme: ${origin.split(':')[0]}`)
}

/** For a source without a page: its address and how the token goes. */
export function plainSetUp(source: string, needsToken: boolean, { origin }: Location): string {
  const url = `${origin}/ingest/${source}`
  return [
    `URL      ${url}`,
    'Method   POST, JSON',
    ...(needsToken
      ? [`Header   Authorization: Bearer ${TOKEN}`, `or       ${url}?token=${TOKEN}`]
      : []),
  ].join('\n')
}
