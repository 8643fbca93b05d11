export declare function findNginx(): string | null
export declare function findBrotliModule(): string | null
