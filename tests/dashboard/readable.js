/* Run in a page: every text that does not stand out enough from what it stands on, as WCAG 2.2 AA has it. */
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
    return [red, green, blue, alpha / 255]
  }
  const luminance = (channels) => {
    const [red, green, blue] = channels.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const over = (top, below) => [0, 1, 2].map((index) => top[index] * top[3] + below[index] * (1 - top[3]))
  const ground = (element) => {
    const layers = []
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor)
      layers.push(colour)
      if (colour[3] === 1) break
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255])
  }
  const faint = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement
    if (text.data.trim() === '' || !element.checkVisibility() || element.closest('.unseen, svg, option')) continue
    const style = getComputedStyle(element)
    const below = ground(element)
    const [one, other] = [luminance(over(rgba(style.color), below)), luminance(below)].sort((a, b) => b - a)
    const size = Number.parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    const contrast = (one + 0.05) / (other + 0.05)
    if (contrast < (isLarge ? 3 : 4.5)) faint.push(`${text.data.trim().slice(0, 40)}: ${contrast.toFixed(2)}`)
  }
  return faint
})()
