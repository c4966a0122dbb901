import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the kit and of errors, shared by both apps. */
export const t = messages(zh, en);
export type CommonKey = keyof typeof zh;
