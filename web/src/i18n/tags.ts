import { type Locale, locale } from './locale.svelte.ts';

/**
 * Tags are free words of whoever makes a drama, in one language. The common ones
 * have a name in each language of the app; any other is shown as it was written.
 */
const names: Record<string, Record<Locale, string>> = {
  amnesia: { en: 'amnesia', 'zh-CN': '失忆' },
  conspiracy: { en: 'conspiracy', 'zh-CN': '阴谋' },
  'contract-marriage': { en: 'contract marriage', 'zh-CN': '契约婚姻' },
  courier: { en: 'courier', 'zh-CN': '外卖员' },
  empress: { en: 'empress', 'zh-CN': '女帝' },
  food: { en: 'food', 'zh-CN': '美食' },
  forest: { en: 'forest', 'zh-CN': '森林' },
  'fox-spirit': { en: 'fox spirit', 'zh-CN': '狐妖' },
  friendship: { en: 'friendship', 'zh-CN': '友情' },
  grandmother: { en: 'grandmother', 'zh-CN': '奶奶' },
  'hidden-identity': { en: 'hidden identity', 'zh-CN': '隐藏身份' },
  homecoming: { en: 'homecoming', 'zh-CN': '归乡' },
  hospital: { en: 'hospital', 'zh-CN': '医院' },
  identity: { en: 'identity', 'zh-CN': '身份' },
  lanterns: { en: 'lanterns', 'zh-CN': '花灯' },
  midnight: { en: 'midnight', 'zh-CN': '午夜' },
  office: { en: 'office', 'zh-CN': '职场' },
  'open-movie': { en: 'open movie', 'zh-CN': '开放电影' },
  palace: { en: 'palace', 'zh-CN': '宫廷' },
  rabbit: { en: 'rabbit', 'zh-CN': '兔子' },
  rain: { en: 'rain', 'zh-CN': '雨' },
  reborn: { en: 'reborn', 'zh-CN': '重生' },
  reincarnation: { en: 'reincarnation', 'zh-CN': '转世' },
  'shadow-play': { en: 'shadow play', 'zh-CN': '皮影戏' },
  siblings: { en: 'siblings', 'zh-CN': '兄弟姐妹' },
  snow: { en: 'snow', 'zh-CN': '雪' },
  tang: { en: 'Tang dynasty', 'zh-CN': '唐朝' },
  'time-loop': { en: 'time loop', 'zh-CN': '时间循环' },
  wedding: { en: 'wedding', 'zh-CN': '婚礼' },
};

/** What a tag is called in the language of the app. */
export const tagName = (tag: string): string => names[tag]?.[locale()] ?? tag;
