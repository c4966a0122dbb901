import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words that only the TV face says; the others are those of the watch app. */
export const t = messages(zh, en);
