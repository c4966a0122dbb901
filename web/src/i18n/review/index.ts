import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the review desk and of producers whose work is reviewed. */
export const t = messages(zh, en);
export type ReviewKey = keyof typeof zh;
