// The catalogues of this package, by language.

import { callAr } from "./call.ar.js";
import { callEn } from "./call.en.js";
import { connectivityAr } from "./connectivity.ar.js";
import { connectivityEn } from "./connectivity.en.js";
import { entryAr } from "./entry.ar.js";
import { entryEn } from "./entry.en.js";
import type { Translation } from "./translate.js";

/** English: the source of the keys. */
export const en = { ...callEn, ...entryEn, ...connectivityEn };

/** The keys and English texts. */
export type Messages = typeof en;

/** What a message is asked for by. */
export type MessageKey = keyof Messages;

/** Arabic. */
export const ar: Translation<Messages> = { ...callAr, ...entryAr, ...connectivityAr };

/** By language, the first part of a BCP 47 tag. */
export const catalogues: Readonly<Record<string, Translation<Messages>>> = { en, ar };
