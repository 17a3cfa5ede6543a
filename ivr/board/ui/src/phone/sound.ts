import { create } from "zustand";
import type { Sounding } from "../model/sounding";
import type { CallEvent } from "../model/types";

type Channel = "prompt" | "hold";

const place = "ivr.sound-off";

/** Whether the call is to be heard, and whether the browser lets it. */
export const useSound = create<{ off: boolean; blocked: boolean }>(() => ({ off: stored(), blocked: false }));

function stored(): boolean {
  try {
    return localStorage.getItem(place) === "yes";
  } catch {
    return false;
  }
}

/** What a call sounds like in the browser: clips in two channels, and words by the browser's own voice. */
class Sound {
  private readonly elements: Partial<Record<Channel, HTMLAudioElement>> = {};
  private speaking: SpeechSynthesisUtterance | null = null;
  /** What sounds as soon as its element is there. */
  private due: Sounding | null = null;

  /** The element of a channel is there, or has gone. */
  attach(channel: Channel, element: HTMLAudioElement | null): void {
    if (element) {
      this.elements[channel] = element;
      element.muted = useSound.getState().off;
      if (this.due?.channel === channel) this.goOn(this.due);
    } else {
      this.elements[channel]?.pause();
      delete this.elements[channel];
    }
  }

  /** A call begins. */
  open(): void {
    this.stop();
    useSound.setState({ blocked: false });
  }

  /** A call is taken up again while this sounds. */
  goOn(sounding: Sounding | null): void {
    this.due = sounding;
    const element = sounding && this.elements[sounding.channel];
    if (!sounding || !element) return;
    this.play(sounding.channel, sounding.url, sounding.loop);
    element.currentTime = sounding.at;
  }

  heard(event: CallEvent): void {
    const { kind, audio, detail } = event;
    if (kind === "silence") {
      if (detail?.stopped === "hold") this.pause("hold");
      if (detail?.stopped) this.bargeIn();
    } else if (audio) {
      if (audio.channel === "prompt") this.pause("hold");
      this.hush();
      this.play(audio.channel, audio.url, audio.loop);
    } else if (kind === "say") {
      this.pause("hold");
      this.say(event.text ?? "", String(detail?.language ?? ""));
    } else if (kind === "listen") this.pause("hold");
    else if (kind === "end") this.ended(detail?.by === "flow");
  }

  /** The caller presses a key: what was said to them ends. */
  bargeIn(): void {
    this.hush();
    this.pause("prompt");
  }

  stop(): void {
    this.bargeIn();
    this.pause("hold");
  }

  setOff(off: boolean): void {
    useSound.setState({ off });
    try {
      localStorage.setItem(place, off ? "yes" : "no");
    } catch {
      // a browser that keeps nothing
    }
    for (const element of Object.values(this.elements)) element.muted = off;
    if (off) this.hush();
  }

  /** The browser wanted a click first, and here it is. */
  allow(): void {
    useSound.setState({ blocked: false });
    for (const element of Object.values(this.elements)) if (element.dataset.sounds === "yes") this.start(element);
  }

  private play(channel: Channel, url: string, loop: boolean): void {
    this.due = null;
    const element = this.elements[channel];
    if (!element) return;
    element.src = url;
    element.loop = loop;
    element.dataset.sounds = "yes";
    this.start(element);
  }

  private start(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") useSound.setState({ blocked: true });
    });
  }

  private pause(channel: Channel): void {
    if (this.due?.channel === channel) this.due = null;
    const element = this.elements[channel];
    if (element?.dataset.sounds !== "yes") return;
    element.dataset.sounds = "no";
    element.pause();
  }

  /** The flow's last words may be said to their end; a caller who hung up hears nothing more. */
  private ended(kindly: boolean): void {
    this.pause("hold");
    if (!kindly) this.stop();
  }

  private say(text: string, language: string): void {
    if (useSound.getState().off || !("speechSynthesis" in window) || !text) return;
    const words = new SpeechSynthesisUtterance(text);
    if (/^[a-z]{2,3}(-|$)/i.test(language)) words.lang = language;
    words.onerror = (event) => event.error === "not-allowed" && useSound.setState({ blocked: true });
    this.speaking = words; // else some browsers forget it before it has ended
    window.speechSynthesis.speak(words);
  }

  private hush(): void {
    if (!this.speaking) return;
    this.speaking = null;
    window.speechSynthesis.cancel();
  }
}

export const sound = new Sound();
