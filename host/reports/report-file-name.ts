import type { StudyReport } from './study/study-report.ts';

/** A name that every file system takes: `objective-mismatch-3.html`, the number being the study's. */
export function reportFileName({ study }: StudyReport, extension: 'html' | 'csv' | 'tex'): string {
  const plain = study.name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${plain === '' ? 'study' : plain}-${study.id}.${extension}`;
}
