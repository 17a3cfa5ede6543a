import { type RefObject, useEffect, useRef, useState } from "react";
import { panel as t } from "../words/en/panel";

/** The meter's place for a peak from 0 to 1, in decibels from -48 to 0. */
function shown(peak: number): number {
  return peak > 0 ? Math.max(0, 1 + (20 * Math.log10(peak)) / 48) : 0;
}

const graphs = new WeakMap<HTMLAudioElement, { context: AudioContext; analyser: AnalyserNode }>();

/** What the element plays, on its way to the loudspeaker; made once for each element. */
function listen(sound: HTMLAudioElement) {
  let graph = graphs.get(sound);
  if (!graph) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaElementSource(sound).connect(analyser).connect(context.destination);
    graphs.set(sound, (graph = { context, analyser }));
  }
  return graph;
}

/** How loud it is right now. */
export function Level({ sound, playing, name }: { sound: RefObject<HTMLAudioElement | null>; playing: boolean; name: string }) {
  const [peak, setPeak] = useState(0);
  const frame = useRef(0);

  useEffect(() => {
    const element = sound.current;
    if (!playing || !element) return setPeak(0);
    const { context, analyser } = listen(element);
    const samples = new Float32Array(analyser.fftSize);
    void context.resume();
    function look() {
      analyser.getFloatTimeDomainData(samples);
      setPeak(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
      frame.current = requestAnimationFrame(look);
    }
    look();
    return () => {
      cancelAnimationFrame(frame.current);
      void context.suspend();
    };
  }, [playing, sound, name]);

  useEffect(() => {
    const element = sound.current;
    return () =>
      void (
        element &&
        graphs
          .get(element)
          ?.context.close()
          .catch(() => {})
      );
  }, [sound, name]);

  return (
    <div
      className="level"
      role="meter"
      aria-label={t.level}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={Number(peak.toFixed(3))}
    >
      <span style={{ width: `${Math.round(shown(peak) * 100)}%` }} />
    </div>
  );
}
