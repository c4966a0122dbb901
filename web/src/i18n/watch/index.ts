import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the watch app. */
export const t = messages(zh, en);
export type WatchKey = keyof typeof zh;
