/** The source of what is written here. */
export const PEOPLE = 'people'
