/** Types of libraries that have none, or name them wrongly. */
declare module '@joplin/turndown-plugin-gfm' {
  import type Turndown from 'turndown'
  /** Tables, strikethrough and task lists. */
  export const gfm: Turndown.Plugin
}

declare module '@mixmark-io/domino' {
  interface Part {
    readonly textContent: string | null
    readonly innerHTML: string
  }
  interface Page {
    readonly title: string
    /** What is not there is `undefined`, otherwise than in a browser. */
    querySelector(selector: string): Part | null | undefined
    querySelectorAll(selector: string): Iterable<Part>
  }
  const domino: {
    /** Of HTML as a browser would read it; runs nothing, loads nothing. */
    createDocument(html: string): Page
  }
  export = domino
}
