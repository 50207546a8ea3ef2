/**
 * Types of the two `natural` files we load. They are named by path because the package's index (and
 * `lib/natural/util`) load mongoose, pg and dotenv and print to stdout; see test/core/text.test.ts.
 */
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: { stem(word: string): string }
  export = stemmer
}

declare module 'natural/lib/natural/util/stopwords.js' {
  export const words: readonly string[]
}

declare module 'natural/lib/natural/distance/jaro-winkler_distance.js' {
  function similarity(a: string, b: string, options?: { readonly ignoreCase?: boolean }): number
  export = similarity
}
