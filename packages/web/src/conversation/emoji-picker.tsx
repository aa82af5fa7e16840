const emoji =
  '😀 😃 😄 😁 😅 😂 🙂 😉 😊 😍 😘 😋 😎 🤔 😐 🙄 😴 😢 😭 😤 😱 🥳 🤗 🤝 👍 👎 👏 🙏 💪 👋 ✌️ 🤞 ❤️ 🧡 💛 💚 💙 💜 💔 ✨ 🔥 🎉 🎂 🎁 ☀️ 🌧️ 🌱 🌻 🍎 🍕 ☕ 🍺 🏠 🚗 ✈️ ⏰ ✅ ❌ ❓ ❗ 💡 📎 📷 🎵'.split(
    ' ',
  )

export interface EmojiPickerProps {
  pick(text: string): void
  close(): void
}

export function EmojiPicker({ pick, close }: EmojiPickerProps) {
  return (
    <div class="emoji" role="group" aria-label="Emoji" onKeyDown={({ key }) => key === 'Escape' && close()}>
      {emoji.map((each) => (
        <button
          key={each}
          type="button"
          onClick={() => {
            pick(each)
            close()
          }}
        >
          {each}
        </button>
      ))}
    </div>
  )
}
