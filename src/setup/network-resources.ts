/** Resources of network plug-ins, gateways and meshes, by API group, as in `custom-groups.ts`. */
export const NETWORK_RESOURCES: Readonly<Record<string, string>> = {
  'apisix.apache.org': 'apisixconsumers apisixglobalrules apisixpluginconfigs apisixroutes',
  'cilium.io':
    'ciliumbgpadvertisements ciliumbgpclusterconfigs ciliumbgppeeringpolicies ciliumcidrgroups ' +
    'ciliumclusterwideenvoyconfigs ciliumclusterwidenetworkpolicies ciliumegressgatewaypolicies ' +
    'ciliumendpoints ciliumenvoyconfigs ciliumidentities ciliumloadbalancerippools ciliumlocalredirectpolicies ' +
    'ciliumnetworkpolicies ciliumnodeconfigs tracingpolicies tracingpoliciesnamespaced',
  'cis.f5.com': 'policies transportservers virtualservers',
  'cloud.google.com': 'backendconfigs',
  'configuration.konghq.com': 'kongclusterplugins kongconsumers kongingresses kongplugins',
  'consul.hashicorp.com': 'servicedefaults serviceintentions serviceresolvers servicerouters',
  'crd.antrea.io': 'packetcaptures',
  'crd.k8s.amazonaws.com': 'eniconfigs',
  'crd.projectcalico.org':
    'bgpconfigurations bgppeers felixconfigurations globalnetworkpolicies globalnetworksets hostendpoints ' +
    'ippools networksets packetcaptures stagedglobalnetworkpolicies',
  'elbv2.k8s.aws': 'ingressclassparams targetgroupbindings',
  'extensions.istio.io': 'wasmplugins',
  'externaldns.k8s.io': 'dnsendpoints',
  'gateway.envoyproxy.io':
    'backendtrafficpolicies clienttrafficpolicies envoyextensionpolicies envoypatchpolicies envoyproxies ' +
    'securitypolicies',
  'gateway.kgateway.dev': 'backends trafficpolicies',
  'gateway.networking.k8s.io':
    'backendtlspolicies gateways grpcroutes httproutes referencegrants tcproutes tlsroutes udproutes',
  'gateway.nginx.org': 'snippetsfilters',
  'gateway.solo.io': 'gateways routetables virtualservices',
  'getambassador.io': 'authservices filterpolicies filters hosts mappings',
  'k8s.cni.cncf.io': 'network-attachment-definitions',
  'k8s.nginx.org': 'policies transportservers virtualserverroutes virtualservers',
  'k8s.ovn.org': 'adminpolicybasedexternalroutes egressfirewalls egressips egressservices',
  'kuma.io': 'meshhttproutes meshtrafficpermissions trafficpermissions',
  'metallb.io': 'bgpadvertisements bgppeers ipaddresspools l2advertisements',
  'multicluster.x-k8s.io': 'serviceexports serviceimports',
  'network.openshift.io': 'egressnetworkpolicies',
  'networking.cfargotunnel.com': 'clustertunnels tunnelbindings tunnels',
  'networking.gke.io': 'fqdnnetworkpolicies',
  'networking.istio.io':
    'destinationrules envoyfilters gateways proxyconfigs serviceentries sidecars virtualservices ' +
    'workloadentries',
  'networking.k8s.aws': 'policyendpoints',
  'networking.k8s.io': 'ingressclasses ipaddresses servicecidrs',
  'ngrok.k8s.ngrok.com': 'agentendpoints cloudendpoints',
  'policy.linkerd.io':
    'authorizationpolicies httproutes meshtlsauthentications networkauthentications serverauthorizations ' +
    'servers',
  'policy.networking.k8s.io':
    'adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies',
  'projectcalico.org':
    'bgpconfigurations bgppeers felixconfigurations globalnetworkpolicies globalnetworksets hostendpoints ' +
    'ippools networksets packetcaptures stagedglobalnetworkpolicies',
  'projectcontour.io': 'httpproxies',
  'retina.sh': 'captures',
  'route.openshift.io': 'routes',
  'security.istio.io': 'authorizationpolicies peerauthentications requestauthentications',
  'serving.knative.dev': 'configurations domainmappings revisions routes services',
  'skupper.io': 'accessgrants connectors links listeners sites',
  'sriovnetwork.openshift.io': 'sriovnetworknodepolicies',
  'submariner.io': 'brokers clusters endpoints gateways',
  'tailscale.com': 'connectors proxyclasses proxygroups',
  'telemetry.istio.io': 'telemetries',
  'traefik.containo.us':
    'ingressroutes ingressroutetcps ingressrouteudps middlewares middlewaretcps serverstransports tlsoptions ' +
    'traefikservices',
  'traefik.io':
    'ingressroutes ingressroutetcps ingressrouteudps middlewares middlewaretcps serverstransports tlsoptions ' +
    'traefikservices',
  'vpcresources.k8s.aws': 'securitygrouppolicies',
};
