/** `normal` is mostly components, `users` has 60 % reads by people, `shuffled` has odd lines. */
export type Profile = 'normal' | 'users' | 'shuffled';

/** Lines of a log without end, the same ones for the same seed. */
export function corpusLines(profile: Profile, seed: number): Generator<string, never>;
