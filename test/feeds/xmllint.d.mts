/** Whether xmllint is there. */
export declare function hasXmllint(): boolean

/** Gives what xmllint says against files: that they are no XML, or do not fit a RELAX NG schema where one is given. */
export declare function xmllint(files: readonly string[], schema?: string): string
