import mesh3d from 'plotly.js/lib/mesh3d'
import scatter3d from 'plotly.js/lib/scatter3d'
import surface from 'plotly.js/lib/surface'

export default [mesh3d, scatter3d, surface]
