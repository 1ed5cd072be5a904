{{- define "k8s-audit.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "k8s-audit.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "k8s-audit.labels" -}}
{{ include "k8s-audit.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* The secret with certificate, key and authority. */}}
{{- define "k8s-audit.tlsSecret" -}}
{{- if eq .Values.tls.source "secret" }}{{ required "tls.secretName names the secret with tls.crt, tls.key and ca.crt" .Values.tls.secretName }}{{ else }}{{ include "k8s-audit.name" . }}-tls{{ end }}
{{- end }}

{{- define "k8s-audit.dnsName" -}}
{{ include "k8s-audit.name" . }}.{{ .Release.Namespace }}.svc
{{- end }}
