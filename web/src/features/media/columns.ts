import type { AssetSummary } from '$/api/console.ts';
import { t } from '$/i18n/console/index.ts';
import type { Column } from '$/kit/console/table.ts';
import { checksOf, workingStage } from './progress.ts';

/** What lists of masters tell of each. */
export function fileColumns(): Column<AssetSummary>[] {
  const checks = (a: AssetSummary) => checksOf(a, a.verdict !== null);
  return [
    { key: 'name', label: t('fName'), value: (a) => a.filename },
    { key: 'size', label: t('fSize'), value: (a) => a.size, figures: true },
    { key: 'stage', label: t('fStage'), value: (a) => t(workingStage(a).words) },
    { key: 'checks', label: t('fChecks'), value: (a) => t(checks(a).words, { n: checks(a).n }) },
  ];
}
