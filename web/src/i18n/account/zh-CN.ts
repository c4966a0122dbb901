export const zh = {
  whoWatches: '谁在看',
  viewer: '观看者',
  pin: '数字密码',
  pinDigits: '已输入 {n} 位',
  pinErase: '删除一位',
  pinDone: '完成',
};
