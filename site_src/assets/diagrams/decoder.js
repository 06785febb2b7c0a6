// Neurons, synapses and parameters of a decoder of equal blocks, in exact integers, as generators/networks/spec.py counts.

export function count(shape) {
  const n = Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, BigInt(value)]));
  const d = n.d_model;
  const query = n.n_heads * n.d_head;
  const key = n.n_kv_heads * n.d_head;
  const up = (n.gated ? 2n : 1n) * n.d_ff;
  const routed = n.n_experts > 0n;
  const [stored, used] = routed ? [n.n_experts, n.n_experts_used] : [1n, 1n];

  const attention = { neurons: query + 2n * key + d, synapses: 2n * query * d + 2n * key * d };
  const expert = { neurons: up + d, synapses: up * d + d * n.d_ff };
  const router = { neurons: n.n_experts, synapses: n.n_experts * d };
  const total = (kind, experts) => n.n_layers * (attention[kind] + router[kind] + experts * expert[kind]);

  const width = n.norm_bias ? 2n * d : d;
  const biases =
    n.query_key_value_bias * (query + 2n * key) +
    n.output_bias * d +
    n.feed_forward_bias * (up + d) * stored +
    n.router_bias * n.n_experts;
  const norms = n.n_norms * width + (n.query_key_norm ? 2n * n.d_head : 0n);
  const groups = {
    attention: n.n_layers * attention.synapses,
    feed_forward: n.n_layers * (router.synapses + stored * expert.synapses),
    head: n.n_vocabulary * d,
    tables: (n.tied ? 0n : n.n_vocabulary * d) + n.n_positions * d,
    rest:
      n.n_layers * (biases + norms + n.sinks * n.n_heads) +
      n.head_bias * n.n_vocabulary +
      (1n + n.embedding_norm) * width,
  };
  return {
    neurons: total("neurons", stored),
    synapses: total("synapses", stored),
    active_neurons: total("neurons", used),
    active_synapses: total("synapses", used),
    parameters: Object.values(groups).reduce((sum, part) => sum + part, 0n),
    groups,
  };
}

// What a reader may change, in order: name, label, smallest value.
export const FIELDS = [
  ["d_model", "width d", 1],
  ["n_layers", "blocks", 1],
  ["n_heads", "heads", 1],
  ["n_kv_heads", "key-value heads", 1],
  ["d_head", "head size", 1],
  ["d_ff", "feed-forward width", 1],
  ["n_vocabulary", "vocabulary", 1],
  ["n_experts", "experts (0: none)", 0],
  ["n_experts_used", "experts a token", 0],
];
export const LARGEST = 10_000_000;

// Change one number, and with it those that followed it before: d_head = d / heads, as many key-value heads, d_ff = 4 d.
export function change(shape, name, value) {
  const next = { ...shape, [name]: value };
  if (name === "n_heads" && shape.n_kv_heads === shape.n_heads) next.n_kv_heads = value;
  if (name === "d_model" && shape.d_ff === 4 * shape.d_model) next.d_ff = 4 * value;
  const split = shape.d_head * shape.n_heads === shape.d_model && (name === "d_model" || name === "n_heads");
  if (split && next.d_model % next.n_heads === 0) next.d_head = next.d_model / next.n_heads;
  if (name === "n_experts" && value && !shape.n_experts_used) next.n_experts_used = 1;
  return next;
}

// Say what is wrong with a shape, or nothing.
export function complaint(shape) {
  for (const [name, label, smallest] of FIELDS) {
    const value = shape[name];
    if (!Number.isInteger(value) || value < smallest || value > LARGEST) {
      return `${label} must be a whole number from ${smallest} to ${LARGEST.toLocaleString("en")}.`;
    }
  }
  if (shape.n_kv_heads > shape.n_heads) return "There cannot be more key-value heads than heads.";
  if (shape.n_heads % shape.n_kv_heads) return "Heads must be a multiple of key-value heads, which they share.";
  if (shape.n_experts_used > shape.n_experts) return "A token cannot use more experts than there are.";
  if (shape.n_experts && !shape.n_experts_used) return "A token must use at least one expert.";
  return "";
}
