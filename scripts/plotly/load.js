// What figure.js imports: the part of plotly.js that a figure needs, fetched once.
const SPACE = new Set(['mesh3d', 'scatter3d', 'surface'])

export async function load(figure) {
  const { default: Plotly } = await import('./core.js')
  if (figure.data.some(trace => SPACE.has(trace.type))) Plotly.register((await import('./space.js')).default)
  return Plotly
}
