-- renkei_api.counted_definition - what totals count and how, as proto3 JSON of renkei.v1.LocalizedText.
-- Takes    whether versions not yet accepted count too; whether events of any status do.
create function renkei_api.counted_definition(p_include_submitted boolean, p_any_status boolean) returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object(
		'ja', case when p_include_submitted then '最後に提出された版（差戻し・取下げの場合は受理済みの版）' else '受理済みの版のみ' end || 'を数える。取組は'
			|| case when p_any_status then 'すべての実施状況のもの' else '実施したもの（継続中のものは開始した期のみ）' end
			|| 'で、複数の自治体が報告しても 1 件とする。関連のみの取組と定員は数えない。四半期は開始日のもの（開始月が不明なら報告対象期）。'
			|| '自治体別の行は参加した取組を数えるため、合計は全体より大きくなることがある。見込みは実績の報告が出るまで数える。提出状況は実績の報告のもの。',
		'en', case when p_include_submitted then 'Versions submitted last (returned and withdrawn ones give way to the accepted one)'
			else 'Accepted versions only' end || '; events '
			|| case when p_any_status then 'of any status' else 'held (continued ones only where they began)' end
			|| ', each once though several municipalities report it; related-only events and seats (capacity) never count; '
			|| 'the quarter is that of the start, or of the report where the month of the start is unknown; '
			|| 'rows by municipality count its participations, so they can add up to more than the total; '
			|| 'forecasts count until the regular report does; coverage is of regular reports.',
		'zh', case when p_include_submitted then '统计最后提交的版本（已退回或撤回的以已审核通过版本代替）' else '仅统计已审核通过的版本' end || '；活动为'
			|| case when p_any_status then '所有状态的活动' else '已实施的活动（持续中的仅计入开始的季度）' end
			|| '，多个自治体报告的同一活动只计一次；仅相关的活动和名额不计；季度以开始日期为准（开始月份不明时以报告期为准）；'
			|| '按自治体统计的是其参与的活动，因此各行之和可能大于总计；预计报告在正式报告提交之前计入；提交情况以正式报告为准。')
$$;
