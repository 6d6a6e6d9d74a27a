import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'

/** The server version whose protocol this node speaks; clients switch features on by it. */
const serverVersion = '24.6.0'

const supported = [
  { service: 'event_store.client.streams.streams', method: 'read', features: ['position', 'events'] },
  { service: 'event_store.client.streams.streams', method: 'append', features: [] },
  { service: 'event_store.client.streams.streams', method: 'batchappend', features: [] },
  { service: 'event_store.client.gossip.gossip', method: 'read', features: [] },
  { service: 'event_store.client.server_features.serverfeatures', method: 'getsupportedmethods', features: [] },
] as const

export const supportedMethods = (): SupportedMethods => {
  return new features.SupportedMethods().setEventStoreServerVersion(serverVersion).setMethodsList(
    supported.map(({ service, method, features: names }) =>
      new features.SupportedMethod()
        .setServiceName(service)
        .setMethodName(method)
        .setFeaturesList([...names]),
    ),
  )
}

/** A cluster of this node alone, its leader. */
export const clusterInfo = (options: {
  readonly nodeId: string
  readonly host: string
  readonly port: number
}): ClusterInfo => {
  const member = new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString(options.nodeId))
    .setTimeStamp(String(Date.now() * 10_000))
    .setState(gossip.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(options.host).setPort(options.port))
  return new gossip.ClusterInfo().setMembersList([member])
}
