/** Gives the path of a Chromium that starts, or null: variables, PATH, usual places, Playwright's cache. */
export declare function findChromium(): string | null

/** What playwright-core's `chromium.launch` needs on this machine, the path aside. */
export declare const launchOptions: { readonly args: string[] }
