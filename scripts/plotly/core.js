import Plotly from 'plotly.js/lib/core'
import bar from 'plotly.js/lib/bar'
import contour from 'plotly.js/lib/contour'
import heatmap from 'plotly.js/lib/heatmap'
import histogram from 'plotly.js/lib/histogram'

Plotly.register([bar, contour, heatmap, histogram])
export default Plotly
