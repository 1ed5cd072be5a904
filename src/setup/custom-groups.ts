/** Resources beside Kubernetes' common ones, by API group: those that rules name, or that belong to a group they name. */
const RESOURCES: Readonly<Record<string, string>> = {
  'aadpodidentity.k8s.io': 'azureassignedidentities azureidentities azureidentitybindings',
  'acid.zalan.do': 'postgresqls',
  'actions.github.com': 'autoscalingrunnersets',
  'actions.kio.kasten.io': 'exportactions restoreactions retireactions',
  'actions.summerwind.dev': 'runnerdeployments',
  'addons.cluster.x-k8s.io': 'clusterresourcesets',
  'agent.k8s.elastic.co': 'agents',
  'agents.x-k8s.io': 'sandboxes',
  'agones.dev': 'fleets',
  'apiextensions.crossplane.io': 'compositeresourcedefinitions compositions',
  'app.terraform.io': 'agentpools modules projects runscollectors workspaces',
  'apps.kruise.io':
    'advancedcronjobs broadcastjobs clonesets ephemeraljobs sidecarsets uniteddeployments',
  'apps.openshift.io': 'deploymentconfigs',
  'argoproj.io':
    'analysistemplates applications applicationsets appprojects clusteranalysistemplates clusterworkflowtemplates ' +
    'cronworkflows eventsources experiments rollouts sensors workflows workflowtemplates',
  'auditregistration.k8s.io': 'auditsinks',
  'authentication.concierge.pinniped.dev': 'jwtauthenticators webhookauthenticators',
  'authorization.azure.com': 'roleassignments',
  'authorization.azure.upbound.io': 'roleassignments',
  'autopilot.k0sproject.io': 'plans',
  'aws.upbound.io': 'providerconfigs',
  'azure.upbound.io': 'providerconfigs',
  'beat.k8s.elastic.co': 'beats',
  'bootstrap.cluster.x-k8s.io':
    'kubeadmconfigs kubeadmconfigtemplates rke2configtemplates talosconfigs talosconfigtemplates',
  'build.openshift.io': 'buildconfigs builds',
  'capsule.clastix.io': 'tenants',
  'catalog.cattle.io': 'apps clusterrepos',
  'cdi.kubevirt.io': 'datavolumes',
  'ceph.rook.io': 'cephblockpools cephclusters cephfilesystems cephobjectstores',
  'cert-manager.io': 'certificaterequests certificates clusterissuers issuers',
  'certificates.k8s.io': 'clustertrustbundles podcertificaterequests',
  'chaos-mesh.org':
    'dnschaos httpchaos iochaos jvmchaos kernelchaos networkchaos physicalmachinechaos podchaos schedules stresschaos ' +
    'timechaos workflows',
  'cilium.io':
    'ciliumbgpadvertisements ciliumbgpclusterconfigs ciliumbgppeeringpolicies ' +
    'ciliumclusterwideenvoyconfigs ciliumclusterwidenetworkpolicies ciliumegressgatewaypolicies ciliumenvoyconfigs ' +
    'ciliumloadbalancerippools ciliumlocalredirectpolicies ciliumnetworkpolicies tracingpolicies tracingpoliciesnamespaced',
  'clone.kubevirt.io': 'virtualmachineclones',
  'cloud.google.com': 'backendconfigs',
  'cloudplatform.gcp.upbound.io': 'projectiammembers serviceaccountiammembers',
  'cluster.core.oam.dev': 'clustergateways',
  'cluster.karmada.io': 'clusters',
  'config.openshift.io': 'apiservers authentications clusterimagepolicies oauths',
  'config.supervisor.pinniped.dev': 'federationdomains oidcclients',
  'configsync.gke.io': 'reposyncs rootsyncs',
  'configuration.konghq.com': 'kongclusterplugins kongconsumers kongingresses kongplugins',
  'controlplane.cluster.x-k8s.io': 'kubeadmcontrolplanes rke2controlplanes',
  'coordination.k8s.io': 'leasecandidates',
  'cr.kanister.io': 'actionsets',
  'crd.k8s.amazonaws.com': 'eniconfigs',
  'crd.projectcalico.org':
    'bgpconfigurations bgppeers felixconfigurations globalnetworkpolicies globalnetworksets hostendpoints ippools ' +
    'networksets stagedglobalnetworkpolicies',
  'datadoghq.com': 'datadogagents',
  'dex.coreos.com': 'connectors oauth2clients passwords',
  'dynatrace.com': 'dynakubes',
  'eks.amazonaws.com': 'nodeclasses',
  'eks.aws.upbound.io': 'accessentries podidentityassociations',
  'eks.services.k8s.aws': 'accessentries podidentityassociations',
  'elasticsearch.k8s.elastic.co': 'elasticsearches',
  'export.kubevirt.io': 'virtualmachineexports',
  'extensions.istio.io': 'wasmplugins',
  'external-secrets.io':
    'clusterexternalsecrets clusterpushsecrets clustersecretstores externalsecrets pushsecrets secretstores',
  'externaldns.k8s.io': 'dnsendpoints',
  'falcon.crowdstrike.com': 'falconadmissions falcondeployments falconnodesensors',
  'fleet.cattle.io': 'bundles gitrepos helmops',
  'flink.apache.org': 'flinkdeployments',
  'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
  'fluxcd.controlplane.io': 'fluxinstances resourcesets',
  'gateway.envoyproxy.io':
    'backendtrafficpolicies clienttrafficpolicies envoyextensionpolicies envoypatchpolicies envoyproxies securitypolicies',
  'gateway.networking.k8s.io':
    'backendtlspolicies gateways grpcroutes httproutes referencegrants tcproutes tlsroutes udproutes',
  'gcp.upbound.io': 'providerconfigs',
  'hco.kubevirt.io': 'hyperconvergeds',
  'helm.cattle.io': 'helmchartconfigs helmcharts',
  'helm.crossplane.io': 'providerconfigs releases',
  'helm.k0sproject.io': 'charts',
  'helm.toolkit.fluxcd.io': 'helmreleases',
  'hnc.x-k8s.io': 'hierarchyconfigurations',
  'iam.aws.crossplane.io': 'groups instanceprofiles policies rolepolicyattachments roles users',
  'iam.aws.m.upbound.io':
    'accesskeys groups instanceprofiles policies rolepolicyattachments roles userpolicyattachments users',
  'iam.aws.upbound.io':
    'accesskeys groups instanceprofiles policies rolepolicyattachments roles userpolicyattachments users',
  'iam.cnrm.cloud.google.com':
    'iampartialpolicies iampolicies iampolicymembers iamserviceaccountkeys',
  'iam.services.k8s.aws': 'groups instanceprofiles policies roles users',
  'iamauthenticator.k8s.aws': 'iamidentitymappings',
  'idp.supervisor.pinniped.dev':
    'activedirectoryidentityproviders githubidentityproviders ldapidentityproviders oidcidentityproviders',
  'image.toolkit.fluxcd.io': 'imagepolicies imagerepositories imageupdateautomations',
  'infra.contrib.fluxcd.io': 'terraforms',
  'jobset.x-k8s.io': 'jobsets',
  'k3s.cattle.io': 'addons',
  'k8s.cni.cncf.io': 'network-attachment-definitions',
  'k8s.keycloak.org': 'keycloakrealmimports',
  'k8s.mariadb.com': 'backups mariadbs',
  'k8s.nginx.org': 'policies transportservers virtualserverroutes virtualservers',
  'k8s.ovn.org': 'egressfirewalls',
  'kafka.strimzi.io': 'kafkas kafkatopics kafkausers',
  'kappctrl.k14s.io': 'apps',
  'karpenter.azure.com': 'aksnodeclasses',
  'karpenter.k8s.aws': 'awsnodetemplates ec2nodeclasses',
  'karpenter.sh': 'nodepools',
  'keda.sh': 'scaledjobs',
  'kibana.k8s.elastic.co': 'kibanas',
  'kmm.sigs.x-k8s.io': 'modules nodemodulesconfigs',
  'kro.run': 'resourcegraphdefinitions',
  'kubeflow.org': 'mpijobs notebooks profiles pytorchjobs tfjobs',
  'kubernetes.crossplane.io': 'objects providerconfigs',
  'kubernetes.dask.org': 'daskclusters',
  'kubescape.io': 'runtimerulealertbindings',
  'kubevirt.io':
    'kubevirts virtualmachineinstancereplicasets virtualmachineinstances virtualmachines',
  'kustomize.toolkit.fluxcd.io': 'kustomizations',
  'kyverno.io': 'cleanuppolicies clustercleanuppolicies clusterpolicies policies policyexceptions',
  'leaderworkerset.x-k8s.io': 'leaderworkersets',
  'litmuschaos.io': 'chaosengines chaosexperiments',
  'logging.banzaicloud.io': 'clusterflows clusteroutputs fluentbitagents loggings',
  'logging.openshift.io': 'clusterlogforwarders clusterloggings',
  'longhorn.io': 'backups backuptargets settings volumes',
  'machineconfiguration.openshift.io': 'containerruntimeconfigs kubeletconfigs machineconfigs',
  'machinelearning.seldon.io': 'seldondeployments',
  'managedidentity.azure.com': 'federatedidentitycredentials',
  'management.cattle.io':
    'authconfigs clusterroletemplatebindings etcdbackups globalrolebindings globalroles groups kontainerdrivers nodedrivers ' +
    'projectroletemplatebindings roletemplates settings tokens users',
  'metacontroller.k8s.io': 'compositecontrollers decoratorcontrollers',
  'metal3.io': 'baremetalhosts',
  'metallb.io': 'bgpadvertisements bgppeers ipaddresspools l2advertisements',
  'monitoring.coreos.com':
    'alertmanagerconfigs alertmanagers podmonitors prometheusagents prometheuses prometheusrules scrapeconfigs ' +
    'servicemonitors thanosrulers',
  'mutations.gatekeeper.sh': 'assign assignimage assignmetadata modifyset',
  'network.openshift.io': 'egressnetworkpolicies',
  'networking.gke.io': 'fqdnnetworkpolicies',
  'networking.istio.io':
    'destinationrules envoyfilters gateways proxyconfigs serviceentries sidecars virtualservices workloadentries',
  'networking.k8s.io': 'ingressclasses ipaddresses servicecidrs',
  'neuvector.com':
    'nvadmissioncontrolsecurityrules nvclusteradmissioncontrolsecurityrules nvclustersecurityrules nvsecurityrules',
  'nfd.k8s-sigs.io': 'nodefeaturerules',
  'nfd.openshift.io': 'nodefeaturerules',
  'notification.toolkit.fluxcd.io': 'alerts providers receivers',
  'oauth.openshift.io':
    'oauthaccesstokens oauthauthorizetokens oauthclientauthorizations oauthclients',
  'observability.openshift.io': 'clusterlogforwarders',
  'olm.operatorframework.io': 'clusterextensions',
  'opentelemetry.io': 'opentelemetrycollectors',
  'operator.openshift.io': 'etcdbackups kubeapiservers',
  'operator.tigera.io': 'apiservers installations intrusiondetections',
  'operator.victoriametrics.com': 'vmpodscrapes vmservicescrapes',
  'operators.coreos.com':
    'catalogsources clusterserviceversions installplans operatorgroups subscriptions',
  'packaging.carvel.dev': 'packageinstalls packagerepositories',
  'pkg.crossplane.io': 'configurations deploymentruntimeconfigs functions providers',
  'platform.kratix.io': 'promises',
  'platform.stackrox.io': 'centrals securedclusters',
  'policies.kubewarden.io':
    'admissionpolicies admissionpolicygroups clusteradmissionpolicies clusteradmissionpolicygroups',
  'policies.kyverno.io':
    'deletingpolicies generatingpolicies imagevalidatingpolicies mutatingpolicies policyexceptions validatingpolicies',
  'policy.cert-manager.io': 'certificaterequestpolicies',
  'policy.karmada.io': 'clusterpropagationpolicies',
  'policy.linkerd.io':
    'authorizationpolicies httproutes meshtlsauthentications networkauthentications serverauthorizations servers',
  'policy.networking.k8s.io':
    'adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies',
  'policy.sigstore.dev': 'clusterimagepolicies',
  'pool.kubevirt.io': 'virtualmachinepools',
  'postgresql.cnpg.io': 'backups clusters scheduledbackups',
  'projectcalico.org':
    'bgpconfigurations bgppeers felixconfigurations globalnetworkpolicies globalnetworksets hostendpoints ippools ' +
    'networksets stagedglobalnetworkpolicies',
  'projectcontour.io': 'httpproxies',
  'pulumi.com': 'programs stacks',
  'ray.io': 'rayclusters rayjobs rayservices',
  'resource.k8s.io':
    'deviceclasses devicetaintrules resourceclaims resourceclaimtemplates resourceslices',
  'resources.cattle.io': 'backups restores',
  'resources.teleport.dev':
    'teleportgithubconnectors teleportoidcconnectors teleportprovisiontokens teleportroles teleportrolesv6 teleportrolesv7 ' +
    'teleportrolesv8 teleportsamlconnectors teleportusers',
  'route.openshift.io': 'routes',
  'secrets.hashicorp.com': 'vaultauths vaultconnections',
  'security-profiles-operator.x-k8s.io': 'apparmorprofiles seccompprofiles selinuxprofiles',
  'security.istio.io': 'authorizationpolicies peerauthentications requestauthentications',
  'security.kubearmor.com': 'kubearmorclusterpolicies kubearmorpolicies',
  'security.openshift.io': 'securitycontextconstraints',
  'serving.knative.dev': 'configurations revisions routes services',
  'serving.kserve.io': 'clusterservingruntimes inferenceservices servingruntimes',
  'shipwright.io': 'buildstrategies clusterbuildstrategies',
  'snapshot.kubevirt.io': 'virtualmachinesnapshots',
  'snapshot.storage.k8s.io': 'volumesnapshotcontents volumesnapshots',
  'source.toolkit.fluxcd.io': 'buckets gitrepositories helmcharts helmrepositories ocirepositories',
  'sparkoperator.k8s.io': 'scheduledsparkapplications sparkapplications',
  'spire.spiffe.io': 'clusterfederatedtrustdomains clusterspiffeids clusterstaticentries',
  'sriovnetwork.openshift.io': 'sriovnetworknodepolicies',
  'storagemigration.k8s.io': 'storageversionmigrations',
  'tekton.dev': 'clustertasks pipelineruns pipelines stepactions taskruns tasks',
  'templates.gatekeeper.sh': 'constrainttemplates',
  'traefik.containo.us':
    'ingressroutes ingressroutetcps ingressrouteudps middlewares middlewaretcps serverstransports tlsoptions ' +
    'traefikservices',
  'traefik.io':
    'ingressroutes ingressroutetcps ingressrouteudps middlewares middlewaretcps serverstransports tlsoptions ' +
    'traefikservices',
  'trainer.kubeflow.org': 'trainjobs',
  'triggers.tekton.dev': 'eventlisteners triggertemplates',
  'trust.cert-manager.io': 'bundles',
  'tuned.openshift.io': 'tuneds',
  'upgrade.cattle.io': 'plans',
  'user.openshift.io': 'groups identities useridentitymappings users',
  'velero.io':
    'backuprepositories backups backupstoragelocations datadownloads deletebackuprequests downloadrequests ' +
    'podvolumerestores restores schedules volumesnapshotlocations',
  'work.open-cluster-management.io': 'manifestworks',
  'workload.codeflare.dev': 'appwrappers',
};

/** The known resources of an API group. */
export function customResources(group: string): readonly string[] {
  return Object.hasOwn(RESOURCES, group) ? RESOURCES[group]!.split(' ') : [];
}

let byName: Map<string, string[]> | undefined;

/** The API groups that have a resource of this name; none for one that is not known. */
export function customGroups(resource: string): readonly string[] {
  if (byName === undefined) {
    byName = new Map();
    for (const group of Object.keys(RESOURCES)) {
      for (const name of customResources(group)) {
        byName.set(name, [...(byName.get(name) ?? []), group]);
      }
    }
  }
  return byName.get(resource) ?? [];
}
