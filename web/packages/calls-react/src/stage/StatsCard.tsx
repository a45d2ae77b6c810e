// The measurements of one media connection.

import type { LinkStats, VideoSize } from "@aethex/calls-client";
import { useCall } from "../hooks/useCall.js";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { QualityBars } from "../ui/QualityBars.js";
import { linkErrorText } from "../words/linkErrorText.js";
import styles from "./StatsCard.module.css";

/** Figures for somebody: round trip, loss, rates, sizes, codecs, path. */
export function StatsCard({ userId }: { userId: string }) {
  const { t } = useI18n();
  const name = useTile(userId, (one) => one.userName) ?? "";
  const quality = useTile(userId, (one) => one.quality) ?? null;
  const stats = useTile(userId, (one) => one.link?.stats ?? null) ?? null;
  const error = useTile(userId, (one) => one.link?.error ?? null) ?? null;
  return (
    <div className={styles.card}>
      <h3 className={styles.title}>{t("stats.with", { name })}</h3>
      <p className={styles.grade}>
        <QualityBars grade={quality?.grade ?? null} decorative />
        <span>
          {t(quality === null ? "quality.unknown" : `quality.${quality.grade}`)}
          {quality?.cause ? <span className={styles.cause}> {t(`stats.cause.${quality.cause}`)}</span> : null}
        </span>
      </p>
      {error === null ? null : <p className={styles.error}>{linkErrorText(error, t)}</p>}
      {stats === null ? null : <Figures stats={stats} />}
      {stats === null && error === null ? <p className={styles.cause}>{t("stats.waiting")}</p> : null}
    </div>
  );
}

function Figures({ stats }: { stats: LinkStats }) {
  const { t, number } = useI18n();
  const byServer = useCall((call) => call.topology === "sfu");
  const unknown = t("stats.unknown");
  const ms = (value: number | null) =>
    value === null ? unknown : t("stats.ms", { value: Math.round(value) });
  const rate = (value: number) => t("stats.kbps", { value: Math.round(value) });
  const size = (video: VideoSize | null) =>
    video === null
      ? null
      : t("stats.size", {
          width: plain(video.width),
          height: plain(video.height),
          fps: Math.round(video.fps),
        });
  const plain = (value: number) => number(value, { useGrouping: false });
  const { audio, video, path } = stats;
  const sizes = [size(video.received), size(video.sent)];
  const limited = {
    cpu: "stats.limitedCpu",
    bandwidth: "stats.limitedBandwidth",
    other: "stats.limitedOther",
  } as const;
  const rows: readonly (readonly [string, string])[] = [
    [t("stats.rtt"), ms(stats.rttMs)],
    [
      t("stats.loss"),
      stats.lossPercent === null
        ? unknown
        : number(stats.lossPercent / 100, { style: "percent", maximumFractionDigits: 1 }),
    ],
    [t("stats.jitter"), ms(stats.jitterMs)],
    [t("stats.available"), stats.availableKbps === null ? unknown : rate(stats.availableKbps)],
    [t("stats.receiving"), joined([rate(audio.receiveKbps + video.receiveKbps), sizes[0] ?? null])],
    [t("stats.sending"), joined([rate(audio.sendKbps + video.sendKbps), sizes[1] ?? null])],
    [t("stats.codecs"), joined([audio.codec, video.codec]) || unknown],
    [
      t("stats.path"),
      path === null
        ? unknown
        : t(path.kind === "relay" ? "stats.relay" : byServer ? "stats.server" : "stats.direct", {
            protocol: path.protocol.toUpperCase(),
          }),
    ],
    ...(video.limitedBy === "none" ? [] : [[t("stats.limited"), t(limited[video.limitedBy])] as const]),
  ];
  return (
    <dl className={styles.figures}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}
