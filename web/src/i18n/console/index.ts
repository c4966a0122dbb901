import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the console. */
export const t = messages(zh, en);
export type ConsoleKey = keyof typeof zh;
