import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the verification of names, which few houses have. */
export const t = messages(zh, en);
