/** The path of the browser that the tests drive. */
export function findBrowser(): Promise<string>
