// A recorded terminal: a picture of its end until somebody plays it, so that nothing moves by itself.
import { withBase } from "vitepress";
import { h, nextTick, ref } from "vue";

export const Recording = {
  props: { name: String, says: String },
  setup(props, { slots }) {
    const place = ref(null);
    const playing = ref(false);

    async function play() {
      playing.value = true;
      await nextTick();
      const [{ create }] = await Promise.all([
        import("asciinema-player"),
        import("asciinema-player/dist/bundle/asciinema-player.css"),
      ]);
      const player = create(withBase(`/recordings/${props.name}.cast`), place.value, {
        fit: "width",
        idleTimeLimit: 2,
        theme: "asciinema",
      });
      await player.play();
    }

    const label = `Play the recording: ${props.says}`;
    const button = () =>
      h("button", { type: "button", "aria-label": label, onClick: play }, "▶ Play");
    return () =>
      h(
        "span",
        { class: "recording" },
        playing.value
          ? [h("span", { ref: place, class: "player" })]
          : [slots.default?.(), button()],
      );
  },
};
