// Adds a float to a float that other threads add to as well: WGSL has no such atomic, so its bits are exchanged until
// nobody came between. Order, and with it the last bits of the sum, is not fixed.
// Twin: a plain += in runtime/render/backward/triplaneBackward.ts.
fn atomicAddFloat(place: ptr<storage, atomic<u32>, read_write>, value: f32) {
  if (value == 0.0) {
    return;
  }
  var before = atomicLoad(place);
  loop {
    let sum = bitcast<u32>(bitcast<f32>(before) + value);
    let exchange = atomicCompareExchangeWeak(place, before, sum);
    if (exchange.exchanged) {
      break;
    }
    before = exchange.old_value;
  }
}
