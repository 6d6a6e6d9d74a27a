import { expect, test } from 'vitest'
import { breakdownOf, callTotalsIn } from './call-breakdown.ts'

const before = `
holdfast_port_seconds_bucket{le="+Inf",port="append.order"} 2
holdfast_port_seconds_sum{port="append.order"} 0.004
holdfast_port_seconds_count{port="append.order"} 2`

const after = `
holdfast_port_seconds_sum{port="append.order"} 0.028
holdfast_port_seconds_count{port="append.order"} 14
holdfast_port_seconds_sum{port="vault.seal"} 0.002
holdfast_port_seconds_count{port="vault.seal"} 2
http_request_duration_seconds_sum{method="post",route="/v1/orders",status="201"} 0.03
http_request_duration_seconds_count{method="post",route="/v1/orders",status="201"} 1
http_request_duration_seconds_sum{method="post",route="/v1/orders",status="409"} 0.01
http_request_duration_seconds_count{method="post",route="/v1/orders",status="409"} 1
http_request_duration_seconds_sum{method="get",route="/metrics",status="200"} 0.01
http_request_duration_seconds_count{method="get",route="/metrics",status="200"} 1
nodejs_heap_size_total_bytes 1`

test('divides the calls between two readings of /metrics by the number of orders', () => {
  expect(breakdownOf(callTotalsIn(before), callTotalsIn(after), 2)).toEqual([
    { name: 'HTTP POST /v1/orders', callsPerOrder: 1, meanMilliseconds: 20, millisecondsPerOrder: 20 },
    { name: 'append.order', callsPerOrder: 6, meanMilliseconds: 2, millisecondsPerOrder: 12 },
    { name: 'vault.seal', callsPerOrder: 1, meanMilliseconds: 1, millisecondsPerOrder: 1 },
  ])
})
