import { NETWORK_RESOURCES } from './network-resources.ts';

/** Resources beside Kubernetes' common ones, by API group: those that rules name, or that belong to a group they name. */
const RESOURCES: Readonly<Record<string, string>> = {
  ...NETWORK_RESOURCES,
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
    'analysistemplates applications applicationsets appprojects argocds clusteranalysistemplates ' +
    'clusterworkflowtemplates cronworkflows eventsources experiments rollouts sensors workflows ' +
    'workflowtemplates',
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
  'bpfman.io': 'bpfapplications clusterbpfapplications',
  'build.openshift.io': 'buildconfigs builds',
  'capsule.clastix.io': 'tenants',
  'catalog.cattle.io': 'apps clusterrepos',
  'cdi.kubevirt.io': 'datavolumes',
  'ceph.rook.io': 'cephblockpools cephclusters cephfilesystems cephobjectstores',
  'cert-manager.io': 'certificaterequests certificates clusterissuers issuers',
  'certificates.k8s.io': 'clustertrustbundles podcertificaterequests',
  'chaos-mesh.org':
    'dnschaos httpchaos iochaos jvmchaos kernelchaos networkchaos physicalmachinechaos podchaos schedules ' +
    'stresschaos timechaos workflows',
  'chaos.datadoghq.com': 'disruptioncrons disruptions',
  'clone.kubevirt.io': 'virtualmachineclones',
  'cloudplatform.gcp.upbound.io': 'projectiammembers serviceaccountiammembers',
  'cluster.core.oam.dev': 'clustergateways',
  'cluster.karmada.io': 'clusters',
  'config.gatekeeper.sh': 'configs',
  'config.openshift.io': 'apiservers authentications clusterimagepolicies oauths',
  'config.projectsveltos.io': 'clusterprofiles profiles',
  'config.supervisor.pinniped.dev': 'federationdomains oidcclients',
  'configsync.gke.io': 'reposyncs rootsyncs',
  'controlplane.cluster.x-k8s.io': 'kubeadmcontrolplanes rke2controlplanes',
  'coordination.k8s.io': 'leasecandidates',
  'core.oam.dev':
    'applications componentdefinitions policydefinitions traitdefinitions workflowstepdefinitions',
  'cr.kanister.io': 'actionsets blueprints',
  'datadoghq.com': 'datadogagents',
  'dex.coreos.com': 'connectors oauth2clients passwords',
  'dynatrace.com': 'dynakubes',
  'eks.amazonaws.com': 'nodeclasses',
  'eks.aws.upbound.io': 'accessentries podidentityassociations',
  'eks.services.k8s.aws': 'accessentries podidentityassociations',
  'elasticsearch.k8s.elastic.co': 'elasticsearches',
  'export.kubevirt.io': 'virtualmachineexports',
  'ext.cattle.io': 'kubeconfigs tokens',
  'external-secrets.io':
    'clusterexternalsecrets clusterpushsecrets clustersecretstores externalsecrets pushsecrets secretstores',
  'externaldata.gatekeeper.sh': 'providers',
  'falcon.crowdstrike.com': 'falconadmissions falcondeployments falconnodesensors',
  'fleet.cattle.io': 'bundles gitrepos helmops',
  'flink.apache.org': 'flinkdeployments',
  'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
  'fluxcd.controlplane.io': 'fluxinstances resourcesets',
  'gcp.upbound.io': 'providerconfigs',
  'groupsnapshot.storage.k8s.io': 'volumegroupsnapshotcontents volumegroupsnapshots',
  'hco.kubevirt.io': 'hyperconvergeds',
  'helm.cattle.io': 'helmchartconfigs helmcharts',
  'helm.crossplane.io': 'providerconfigs releases',
  'helm.k0sproject.io': 'charts',
  'helm.m.crossplane.io': 'clusterproviderconfigs providerconfigs releases',
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
  'image.openshift.io': 'imagestreams imagestreamtags imagetags',
  'image.toolkit.fluxcd.io': 'imagepolicies imagerepositories imageupdateautomations',
  'infra.contrib.fluxcd.io': 'terraforms',
  'infrastructure.cluster.x-k8s.io':
    'awsmachinetemplates azuremachinetemplates gcpmachinetemplates openstackmachinetemplates ' +
    'vspheremachinetemplates',
  'jobset.x-k8s.io': 'jobsets',
  'k3s.cattle.io': 'addons',
  'k8s.keycloak.org': 'keycloakrealmimports',
  'k8s.mariadb.com': 'backups mariadbs',
  'kafka.strimzi.io': 'kafkas kafkatopics kafkausers',
  'kappctrl.k14s.io': 'apps',
  'kargo.akuity.io': 'projects promotions stages warehouses',
  'karpenter.azure.com': 'aksnodeclasses',
  'karpenter.k8s.aws': 'awsnodetemplates ec2nodeclasses',
  'karpenter.sh': 'nodepools',
  'keda.sh': 'scaledjobs',
  'kibana.k8s.elastic.co': 'kibanas',
  'kmm.sigs.x-k8s.io': 'modules nodemodulesconfigs',
  'kro.run': 'resourcegraphdefinitions',
  'kubeflow.org': 'mpijobs notebooks poddefaults profiles pytorchjobs tfjobs',
  'kubernetes.crossplane.io': 'objects providerconfigs',
  'kubernetes.dask.org': 'daskclusters',
  'kubernetes.m.crossplane.io': 'clusterproviderconfigs objects providerconfigs',
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
  'machine.openshift.io': 'machines machinesets',
  'machineconfiguration.openshift.io': 'containerruntimeconfigs kubeletconfigs machineconfigs',
  'machinelearning.seldon.io': 'seldondeployments',
  'managedidentity.azure.com': 'federatedidentitycredentials',
  'management.cattle.io':
    'authconfigs clusterregistrationtokens clusterroletemplatebindings etcdbackups globalrolebindings ' +
    'globalroles groups kontainerdrivers nodedrivers projectroletemplatebindings roletemplates settings tokens ' +
    'users',
  'metacontroller.k8s.io': 'compositecontrollers decoratorcontrollers',
  'metal3.io': 'baremetalhosts',
  'monitoring.coreos.com':
    'alertmanagerconfigs alertmanagers podmonitors prometheusagents prometheuses prometheusrules scrapeconfigs ' +
    'servicemonitors thanosrulers',
  'mutations.gatekeeper.sh': 'assign assignimage assignmetadata modifyset',
  'neuvector.com':
    'nvadmissioncontrolsecurityrules nvclusteradmissioncontrolsecurityrules nvclustersecurityrules ' +
    'nvsecurityrules',
  'nfd.k8s-sigs.io': 'nodefeaturerules',
  'nfd.openshift.io': 'nodefeaturerules',
  'notification.toolkit.fluxcd.io': 'alerts providers receivers',
  'oauth.openshift.io':
    'oauthaccesstokens oauthauthorizetokens oauthclientauthorizations oauthclients',
  'observability.openshift.io': 'clusterlogforwarders',
  'olm.operatorframework.io': 'clustercatalogs clusterextensions',
  'opentelemetry.io': 'instrumentations opentelemetrycollectors',
  'operator.openshift.io': 'etcdbackups kubeapiservers',
  'operator.tigera.io': 'apiservers installations intrusiondetections',
  'operator.victoriametrics.com': 'vmpodscrapes vmservicescrapes',
  'operators.coreos.com':
    'catalogsources clusterserviceversions installplans operatorgroups subscriptions',
  'ops.crossplane.io': 'cronoperations operations watchoperations',
  'packaging.carvel.dev': 'packageinstalls packagerepositories',
  'pkg.crossplane.io': 'configurations deploymentruntimeconfigs functions providers',
  'placement.kubernetes-fleet.io':
    'clusterresourceoverrides clusterresourceplacements resourceoverrides resourceplacements',
  'platform.kratix.io': 'promises',
  'platform.stackrox.io': 'centrals securedclusters',
  'policies.kubewarden.io':
    'admissionpolicies admissionpolicygroups clusteradmissionpolicies clusteradmissionpolicygroups',
  'policies.kyverno.io':
    'deletingpolicies generatingpolicies imagevalidatingpolicies mutatingpolicies namespaceddeletingpolicies ' +
    'namespacedgeneratingpolicies namespacedimagevalidatingpolicies namespacedmutatingpolicies ' +
    'namespacedvalidatingpolicies policyexceptions validatingpolicies',
  'policy.cert-manager.io': 'certificaterequestpolicies',
  'policy.karmada.io':
    'clusteroverridepolicies clusterpropagationpolicies overridepolicies propagationpolicies',
  'policy.sigstore.dev': 'clusterimagepolicies trustroots',
  'pool.kubevirt.io': 'virtualmachinepools',
  'postgresql.cnpg.io': 'backups clusters scheduledbackups',
  'pulumi.com': 'programs stacks',
  'ray.io': 'rayclusters rayjobs rayservices',
  'resource.k8s.io':
    'deviceclasses devicetaintrules resourceclaims resourceclaimtemplates resourceslices',
  'resources.cattle.io': 'backups restores',
  'resources.teleport.dev':
    'teleportgithubconnectors teleportoidcconnectors teleportprovisiontokens teleportroles teleportrolesv6 ' +
    'teleportrolesv7 teleportrolesv8 teleportsamlconnectors teleportusers',
  'secretgen.carvel.dev': 'secretexports secretimports',
  'secrets-store.csi.x-k8s.io': 'secretproviderclasses',
  'secrets.hashicorp.com': 'vaultauths vaultconnections',
  'security-profiles-operator.x-k8s.io':
    'apparmorprofiles profilebindings seccompprofiles selinuxprofiles',
  'security.kubearmor.com': 'kubearmorclusterpolicies kubearmorhostpolicies kubearmorpolicies',
  'security.openshift.io': 'securitycontextconstraints',
  'serving.kserve.io':
    'clusterservingruntimes clusterstoragecontainers inferenceservices servingruntimes',
  'shipwright.io': 'buildruns buildstrategies clusterbuildstrategies',
  'snapshot.kubevirt.io': 'virtualmachinesnapshots',
  'snapshot.storage.k8s.io': 'volumesnapshotcontents volumesnapshots',
  'source.toolkit.fluxcd.io': 'buckets gitrepositories helmcharts helmrepositories ocirepositories',
  'sparkoperator.k8s.io': 'scheduledsparkapplications sparkapplications',
  'spire.spiffe.io': 'clusterfederatedtrustdomains clusterspiffeids clusterstaticentries',
  'storagemigration.k8s.io': 'storageversionmigrations',
  'stork.libopenstorage.org': 'clusterpairs migrations',
  'tekton.dev':
    'clustertasks pipelineruns pipelines stepactions taskruns tasks verificationpolicies',
  'templates.gatekeeper.sh': 'constrainttemplates',
  'trainer.kubeflow.org': 'trainjobs',
  'triggers.tekton.dev': 'clusterinterceptors eventlisteners triggertemplates',
  'trust.cert-manager.io': 'bundles',
  'tuned.openshift.io': 'tuneds',
  'upgrade.cattle.io': 'plans',
  'user.openshift.io': 'groups identities useridentitymappings users',
  'velero.io':
    'backuprepositories backups backupstoragelocations datadownloads deletebackuprequests downloadrequests ' +
    'podvolumerestores restores schedules volumesnapshotlocations',
  'volsync.backube': 'replicationdestinations replicationsources',
  'work.open-cluster-management.io': 'manifestworks',
  'workload.codeflare.dev': 'appwrappers',
  'workspace.devfile.io': 'devworkspaces',
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
